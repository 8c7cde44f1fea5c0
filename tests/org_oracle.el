;;; org_oracle.el --- What org-element reads in Org files  -*- lexical-binding: t; -*-

;;; Commentary:

;; Run by tests/org_oracle.rs as
;;
;;   emacs -Q --batch -l tests/org_oracle.el LIST OUTPUT
;;
;; LIST names one Org file a line.  OUTPUT becomes one JSON object a line for each file, and for each headline of it, with
;; what org-element says of that headline and of its section, children not included.

;;; Code:

(require 'cl-lib)
(require 'json)
(require 'org)
(require 'org-element)
(require 'org-id)

(defun org-oracle--string (string)
  "Return STRING without text properties, nil as nil."
  (and string (substring-no-properties string)))

(defun org-oracle--links (tree)
  "Return the links of TREE as lists of position, kind, text and description."
  (org-element-map tree 'link
    (lambda (link)
      (let ((begin (org-element-property :begin link))
            (kind (symbol-name (org-element-property :format link)))
            (from (org-element-property :contents-begin link))
            (to (org-element-property :contents-end link)))
        ;; A word that a radio target makes a link elsewhere is none to scan.
        (unless (equal (org-element-property :type link) "radio")
          (list begin kind
                (buffer-substring-no-properties
                 begin (- (org-element-property :end link)
                          (or (org-element-property :post-blank link) 0)))
                (and from (equal kind "bracket") (buffer-substring-no-properties from to))))))))

(defun org-oracle--own-drawer (node)
  "Return the properties of NODE, a headline or the whole buffer's tree."
  (let* ((section (car (org-element-contents node)))
         (drawer (and (eq (org-element-type section) 'section)
                      (cl-find 'property-drawer (org-element-contents section) :key #'org-element-type))))
    (if (not drawer)
        []
      (vconcat
       (mapcar (lambda (property)
                 (vector (org-oracle--string (org-element-property :key property))
                         (or (org-oracle--string (org-element-property :value property)) "")))
               (org-element-contents drawer))))))

(defun org-oracle--stamp (headline keyword)
  "Return the timestamp KEYWORD of HEADLINE as it is written."
  (let ((stamp (org-element-property keyword headline)))
    (and stamp (org-oracle--string (org-element-property :raw-value stamp)))))

(defun org-oracle--headline (headline)
  "Return what is to be compared of HEADLINE."
  (list
   (cons 'level (org-element-property :level headline))
   (cons 'todo (org-oracle--string (org-element-property :todo-keyword headline)))
   (cons 'done (if (eq (org-element-property :todo-type headline) 'done) t :json-false))
   (cons 'priority (let ((priority (org-element-property :priority headline)))
                     (and priority (char-to-string priority))))
   (cons 'title (org-oracle--string (org-element-property :raw-value headline)))
   (cons 'comment (if (org-element-property :commentedp headline) t :json-false))
   (cons 'tags (vconcat (mapcar #'org-oracle--string (org-element-property :tags headline))))
   (cons 'planning (vector (org-oracle--stamp headline :closed)
                           (org-oracle--stamp headline :deadline)
                           (org-oracle--stamp headline :scheduled)))
   (cons 'properties (org-oracle--own-drawer headline))))

(defun org-oracle--write (object)
  "Write OBJECT as a line of JSON."
  (insert (json-serialize object :null-object nil :false-object :json-false) "\n"))

(defun org-oracle--file (file output)
  "Read FILE and write what is in it to the buffer OUTPUT."
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-auto))
      (insert-file-contents file))
    (let ((org-inhibit-startup t)
          (org-mode-hook nil)
          (text-mode-hook nil))
      (delay-mode-hooks (org-mode)))
    (setq-local org-element-use-cache nil)
    (let* ((tree (org-element-parse-buffer 'object))
           (headlines (org-element-map tree 'headline #'identity))
           (links (sort (org-oracle--links tree) (lambda (a b) (< (car a) (car b)))))
           (entries (cons (list (cons 'file file) (cons 'properties (org-oracle--own-drawer tree)))
                          (mapcar #'org-oracle--headline headlines)))
           (starts (append (mapcar (lambda (headline) (org-element-property :begin headline)) headlines)
                           (list (1+ (point-max))))))
      (cl-loop for entry in entries
               for limit in starts
               do (let (own)
                    (while (and links (< (caar links) limit))
                      (push (vconcat (cdr (pop links))) own))
                    (with-current-buffer output
                      (org-oracle--write (append entry (list (cons 'links (vconcat (nreverse own))))))))))))

(let ((list (pop command-line-args-left))
      (target (pop command-line-args-left))
      (gc-cons-threshold (* 200 1024 1024))
      (output (generate-new-buffer "output")))
  (dolist (file (with-temp-buffer
                  (insert-file-contents list)
                  (split-string (buffer-string) "\n" t)))
    (org-oracle--file file output))
  (with-current-buffer output
    (insert (json-serialize (list (cons 'version (org-version)) (cons 'emacs emacs-version))) "\n")
    (let ((coding-system-for-write 'utf-8-unix))
      (write-region nil nil target nil 'quiet))))

(provide 'org_oracle)
;;; org_oracle.el ends here

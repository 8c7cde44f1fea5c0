;;; memento-cards-list.el --- The cards as a table  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-cards-list' shows all cards, or those that a filter or a search asks for.  What is done to one is done to the
;; marked ones, or to the region, as well.

;;; Code:

(require 'memento-cards-filter)
(require 'memento-cards-mark)
(require 'memento-prompts-rows)
(require 'tabulated-list)
(require 'transient)

(declare-function memento--evil-cards "memento-evil")
(declare-function memento-core-card-list "ext:memento-core")
(defvar memento--cards-neighbour-function)

(autoload 'memento-cards-accept "memento-cards-accept" nil t)
(autoload 'memento-cards-create "memento-cards-create" nil t)
(autoload 'memento-cards-export "memento-cards-exchange" nil t)
(autoload 'memento-cards-import "memento-cards-exchange" nil t)
(autoload 'memento-cards-quiz "memento-cards-quiz" nil t)
(autoload 'memento-cards-show "memento-cards-show" nil t)
(autoload 'memento-cards-stats "memento-cards-stats" nil t)

(defcustom memento-cards-page 500
  "How many cards the list shows at a time."
  :group 'memento-cards
  :type 'natnum)

;;;; Internal variables

(defvar-local memento--cards-listed nil "The cards that are shown, in their order.")
(defvar-local memento--cards-by-id nil "A hash table of the cards that are shown.")
(defvar-local memento--cards-all 0 "How many cards there are, with those that are not shown.")
(defvar-local memento--cards-marked nil "The ids of the marked cards.")
(defvar-local memento--cards-list-drawn-width nil "The width that the list was drawn for.")

;;;; Rows

(defun memento--cards-columns (cards)
  "Return the columns of a list of CARDS; the question has what is left."
  (let* ((wide (>= (memento--list-width) 100))
         (names (seq-reduce (lambda (width card) (max width (string-width (or (plist-get card :project) "-")))) cards 4)))
    (vconcat '(("" 1 nil) ("Due" 6 nil))
             (and wide '(("Interval" 11 nil) ("Lapses" 9 nil) ("Algorithm" 7 nil)))
             (list (list "Project" (max 7 (min names (if wide 20 12))) nil) '("Question" 0 nil)))))

(defun memento--cards-row (card regexp)
  "Return the row of CARD; what matches REGEXP is marked."
  (let* ((wide (= (length tabulated-list-format) 7))
         (schedule (plist-get card :schedule))
         (tags (memento--cards-tags card))
         (widths (apply #'+ (length tabulated-list-format) -2 (mapcar #'cadr tabulated-list-format)))
         (room (- (memento--list-width) widths 2 (if (string-empty-p tags) 0 (1+ (string-width tags)))))
         (project (nth (if wide 5 2) (append tabulated-list-format nil)))
         (asleep (eq (plist-get card :state) 'suspended))
         (question (memento--snippet (plist-get card :question) regexp room)))
    (list (plist-get card :id)
          (vconcat
           (list (if (member (plist-get card :id) memento--cards-marked) (propertize "*" 'face 'memento-cards-key) " ")
                 (propertize (memento--cards-due card) 'help-echo (memento--cards-due-sentence card)))
           (and wide
                (list (if schedule (concat "every " (memento--cards-days (plist-get schedule :interval))) "")
                      (if (and schedule (> (plist-get schedule :lapses) 0))
                          (memento--count (plist-get schedule :lapses) "lapse")
                        "")
                      (propertize (car (split-string (plist-get card :algorithm) ":")) 'face 'memento-cards-label
                                  'help-echo (plist-get card :algorithm))))
           (list (propertize (memento--cut (memento--one-line (or (plist-get card :project) "-"))
                                                   (cadr project))
                             'face 'memento-cards-project 'help-echo (plist-get card :project))
                 (concat (if asleep (propertize question 'face 'memento-cards-suspended) question)
                         (if (string-empty-p tags) "" (concat " " tags))))))))

(defun memento--cards-header ()
  "Return the header line: what is shown, and a few keys where there is room."
  (let* ((shown (length memento--cards-listed))
         (count (if (> memento--cards-all shown)
                    (format "%s of %s" (memento--number shown) (memento--count memento--cards-all "card"))
                  (memento--count shown "card")))
         (names (memento--cards-query-names memento--cards-query))
         (marked (length memento--cards-marked))
         (line (concat " " (string-join (append (list count)
                                                (mapcar (lambda (name) (propertize name 'face 'bold)) names)
                                                (and (> marked 0) (list (format "%d marked" marked))))
                                        (memento--glyph " · " " | ")))))
    (memento--header-line line (if names "F clear  f filter  / search  ? keys " "/ search  f filter  ? keys ")
                                  (memento--list-width))))

;;;; Filling

(defun memento--cards-list-empty ()
  "Return the text of an empty list."
  (if memento--cards-query
      (substitute-command-keys
       "\n  No card is like this.\n\n  \\<memento-cards-list-mode-map>\\[memento-cards-list-clear] clears the filters.\n")
    (concat "\n  No cards yet.\n\n"
            "  C writes one; in a file or a note the region becomes its answer.\n"
            "  I imports JSON, CSV, Org and Anki's packages.\n"
            "  Assistants make them with flashcard_bulk_create, for you to accept.\n")))

(defun memento--cards-list-fill (&optional limit)
  "Fill the list again, with as many cards as it has or a page.
With LIMIT show at most so many.  Point stays at its card."
  (memento--without-gc
    (let* ((limit (or limit (max memento-cards-page (length memento--cards-listed))))
           (found (memento--call #'memento-core-card-list (append (list :limit limit) memento--cards-query)))
           (cards (plist-get found :cards))
           (regexp (and (plist-get memento--cards-query :text)
                        (memento--search-regexp (plist-get memento--cards-query :text))))
           (windows (get-buffer-window-list nil nil t))
           (places (mapcar (lambda (window) (memento--list-place (window-point window))) windows))
           (here (memento--list-place (point)))
           (begin (null memento--cards-listed))
           (more (> (plist-get found :total) (length cards))))
      (setq memento--cards-listed cards
            memento--cards-all (plist-get found :total)
            memento--cards-by-id (make-hash-table :test #'equal :size (length cards))
            tabulated-list-format (memento--cards-columns cards))
      (dolist (card cards)
        (puthash (plist-get card :id) card memento--cards-by-id))
      ;; What is not shown is not acted upon.
      (setq memento--cards-marked (seq-filter (lambda (id) (gethash id memento--cards-by-id)) memento--cards-marked)
            tabulated-list-entries
            (append (mapcar (lambda (card) (memento--cards-row card regexp)) cards)
                    (and more
                         (list (list 'more (vconcat (make-list (1- (length tabulated-list-format)) "")
                                                    (list (propertize "More: +" 'face 'shadow))))))))
      (tabulated-list-print)
      (unless cards
        (let ((inhibit-read-only t)) (insert (memento--cards-list-empty)))
        (set-buffer-modified-p nil))
      (goto-char (if begin (point-min) (memento--list-restore here)))
      (dolist (window windows)
        (set-window-point window (if begin (point-min) (memento--list-restore (pop places))))))))

(defun memento-cards-list-more ()
  "Show the next page of cards."
  (interactive)
  (unless (> memento--cards-all (length memento--cards-listed))
    (user-error "These are all"))
  (memento--with-user-errors
    (memento--cards-list-fill (+ (length memento--cards-listed) memento-cards-page))))

(defun memento--cards-list-changed ()
  "Fill the list again after cards were changed, where it is displayed."
  (when-let ((buffer (get-buffer "*memento cards*")))
    (when (get-buffer-window buffer t)
      (with-current-buffer buffer
        (with-demoted-errors "memento: %S"
          (memento--cards-list-fill))))))

(add-hook 'memento-cards-changed-hook #'memento--cards-list-changed)

(defun memento--cards-list-resized (window)
  "Fill the list again for the new width of WINDOW."
  (with-current-buffer (window-buffer window)
    (unless (eql memento--cards-list-drawn-width (window-width window))
      (setq memento--cards-list-drawn-width (window-width window))
      (with-demoted-errors "memento: %S"
        (memento--cards-list-fill)))))

;;;; Marks

(defun memento--cards-list-here ()
  "Return the marked cards, else those in the region or at point."
  (if memento--cards-marked
      (seq-filter (lambda (card) (member (plist-get card :id) memento--cards-marked)) memento--cards-listed)
    (or (memento--cards-list-region) (user-error "No card on this line"))))

(defun memento--cards-list-region ()
  "Return the cards in the region, or the one at point, in a list."
  (let* ((region (use-region-p))
         (end (if region (region-end) (1+ (point))))
         cards)
    (save-excursion
      (goto-char (if region (region-beginning) (line-beginning-position)))
      (while (and (< (point) end) (not (eobp)))
        (when-let ((card (gethash (tabulated-list-get-id) memento--cards-by-id)))
          (push card cards))
        (forward-line 1)))
    (nreverse cards)))

(defun memento-cards-list-mark ()
  "Mark the card at point, or those of the region; again: not any more."
  (interactive)
  (let* ((region (use-region-p))
         (ids (memento--cards-ids (or (memento--cards-list-region) (user-error "No card on this line"))))
         (clear (seq-every-p (lambda (id) (member id memento--cards-marked)) ids)))
    (setq memento--cards-marked
          (if clear (seq-difference memento--cards-marked ids) (seq-union memento--cards-marked ids)))
    (deactivate-mark)
    (memento--cards-list-fill)
    (unless region
      (forward-line 1))))

(defun memento-cards-list-mark-all ()
  "Mark all cards that are shown."
  (interactive)
  (setq memento--cards-marked (memento--cards-ids memento--cards-listed))
  (memento--cards-list-fill)
  (message "Marked %s%s" (memento--count (length memento--cards-marked) "card")
           (if (> memento--cards-all (length memento--cards-listed)) ", those that are shown; + shows more" "")))

(defun memento-cards-list-unmark-all ()
  "Unmark all cards."
  (interactive)
  (setq memento--cards-marked nil)
  (memento--cards-list-fill))

(defun memento--cards-list-neighbour (id step)
  "Go STEP rows from ID and return the id there, nil at the end."
  (memento--list-goto id)
  (forward-line step)
  (let ((next (tabulated-list-get-id)))
    (and (stringp next) (not (equal next id)) next)))

;;;; The mode

(defvar memento-cards-list-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map (make-composed-keymap memento-cards-mark-map tabulated-list-mode-map))
    (define-key map (kbd "RET") #'memento-cards-list-visit)
    (define-key map (kbd "<mouse-2>") #'memento-cards-list-visit)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "m") #'memento-cards-list-mark)
    (define-key map (kbd "M") #'memento-cards-list-mark-all)
    (define-key map (kbd "U") #'memento-cards-list-unmark-all)
    (define-key map (kbd "+") #'memento-cards-list-more)
    (define-key map (kbd "/") #'memento-cards-list-search)
    (define-key map (kbd "f") #'memento-cards-list-filter)
    (define-key map (kbd "F") #'memento-cards-list-clear)
    (define-key map (kbd "o") #'memento-cards-list-order)
    ;; What sorts tables elsewhere: the library has the order, for it has more cards than are shown.
    (define-key map (kbd "S") #'memento-cards-list-order)
    (define-key map (kbd "Q") #'memento-cards-list-quiz)
    (define-key map (kbd "A") #'memento-cards-list-accept)
    (define-key map (kbd "C") #'memento-cards-create)
    (define-key map (kbd "I") #'memento-cards-import)
    (define-key map (kbd "X") #'memento-cards-export)
    (define-key map (kbd "i") #'memento-cards-stats)
    (define-key map (kbd "?") #'memento-cards-list-menu)
    map)
  "Keys of the list of cards.")

(define-derived-mode memento-cards-list-mode tabulated-list-mode "Cards"
  "Mode of the list of cards.
\\<memento-cards-list-mode-map>
\\[memento-cards-list-visit]	read it; on the last line show more
\\[memento-cards-list-mark]	mark it, or take the mark away; all with \\[memento-cards-list-mark-all], none with \\[memento-cards-list-unmark-all]
\\[memento-cards-mark-accept]	accept drafts: this one, those of the region, or the marked ones
\\[memento-cards-mark-suspend]	suspend them, or wake them up
\\[memento-cards-mark-delete]	delete them; \\[memento-cards-mark-restore] brings deleted ones back
\\[memento-cards-mark-reset]	have them start anew
\\[memento-cards-mark-algorithm]	schedule them by another algorithm
\\[memento-cards-mark-edit]	edit it
\\[memento-cards-undo]	take the last of these back
\\[memento-cards-list-search]	search as you type
\\[memento-cards-list-filter]	filter; \\[memento-cards-list-clear] clears
\\[memento-cards-list-quiz]	learn those that are listed
\\[revert-buffer]	look again
\\[quit-window]	leave

\\{memento-cards-list-mode-map}"
  (setq tabulated-list-padding 0
        tabulated-list-sort-key nil
        truncate-lines t
        bidi-paragraph-direction 'left-to-right
        header-line-format '(:eval (memento--cards-header))
        memento--cards-by-id (make-hash-table :test #'equal)
        memento--cards-here-function #'memento--cards-list-here
        memento--cards-did-function (lambda () (setq memento--cards-marked nil))
        memento--cards-neighbour-function #'memento--cards-list-neighbour)
  (setq-local revert-buffer-function (lambda (&rest _) (memento--with-user-errors (memento--cards-list-fill))))
  (add-hook 'window-size-change-functions #'memento--cards-list-resized nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-cards 'memento-cards-list-mode memento-cards-list-mode-map
                         '("RET" "n" "p" "m" "M" "U" "+" "/" "f" "F" "o" "S" "Q" "A" "C" "I" "X" "i" "?" "q"
                           "a" "s" "d" "R" "r" "x" "e" "v" "u"))))

(defun memento--cards-list-open (query)
  "Show the list of cards, with QUERY unless that is t."
  (memento--with-user-errors
    (memento--store)
    (with-current-buffer (get-buffer-create "*memento cards*")
      (unless (derived-mode-p 'memento-cards-list-mode)
        (memento-cards-list-mode))
      (unless (eq query t)
        (setq memento--cards-query query)))
    (pop-to-buffer-same-window "*memento cards*")
    (setq memento--cards-list-drawn-width (window-width))
    (memento--cards-list-fill)
    (unless (eq query t)
      (goto-char (point-min)))))

;;;###autoload
(defun memento-cards-list ()
  "List the flashcards, the newest first."
  (interactive)
  (memento--cards-list-open t))

(defun memento-cards-list-visit ()
  "Show all of the card at point; on the last line show more cards."
  (interactive)
  (if (eq (tabulated-list-get-id) 'more)
      (memento-cards-list-more)
    (memento-cards-show (or (tabulated-list-get-id) (user-error "No card on this line")) (current-buffer))))

(defun memento--cards-list-part ()
  "Return what the list is filtered by that a quiz can be filtered by."
  (memento--query-with nil :project (plist-get memento--cards-query :project)
                               :tags (plist-get memento--cards-query :tags)
                               :algorithm (plist-get memento--cards-query :algorithm)))

(defun memento-cards-list-quiz ()
  "Learn the cards of the project, tag and algorithm that are listed."
  (interactive)
  (memento-cards-quiz (memento--cards-list-part)))

(defun memento-cards-list-accept ()
  "Accept drafts one by one, those of the project, tag and algorithm listed."
  (interactive)
  (memento-cards-accept (memento--cards-list-part)))

;;;###autoload (autoload 'memento-cards-list-menu "memento-cards-list" nil t)
(transient-define-prefix memento-cards-list-menu ()
  "The keys of the list of cards."
  [["It or the marked"
    ("a" "accept" memento-cards-mark-accept)
    ("s" "suspend, wake" memento-cards-mark-suspend)
    ("d" "delete" memento-cards-mark-delete)
    ("R" "bring back" memento-cards-mark-restore)
    ("r" "start anew" memento-cards-mark-reset)
    ("x" "algorithm" memento-cards-mark-algorithm)
    ("u" "undo" memento-cards-undo)]
   ["This card"
    ("RET" "read it" memento-cards-list-visit)
    ("e" "edit" memento-cards-mark-edit)
    ("v" "its source" memento-cards-mark-source)
    ("m" "mark" memento-cards-list-mark)
    ("M" "mark all" memento-cards-list-mark-all)
    ("U" "unmark all" memento-cards-list-unmark-all)]
   ["The list"
    ("/" "search" memento-cards-list-search)
    ("f" "filter" memento-cards-list-filter)
    ("F" "clear filters" memento-cards-list-clear)
    ("o" "another order" memento-cards-list-order)
    ("+" "more" memento-cards-list-more)
    ("g" "look again" revert-buffer)
    ("q" "leave" quit-window)]
   ["Cards"
    ("Q" "learn these" memento-cards-list-quiz)
    ("A" "accept drafts" memento-cards-list-accept)
    ("C" "make one" memento-cards-create)
    ("I" "import" memento-cards-import)
    ("X" "export" memento-cards-export)
    ("i" "in numbers" memento-cards-stats)]])

(provide 'memento-cards-list)
;;; memento-cards-list.el ends here

;;; memento-prompts-stats.el --- The prompts in numbers  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-prompts-stats' counts the prompts, those that the list is filtered to when it is called there.  RET on a project,
;; a rating or a word lists what was counted.

;;; Code:

(require 'memento-prompts-list)

(declare-function memento-core-prompt-stats "ext:memento-core")
(declare-function memento--evil-buffer "memento-evil")

(defface memento-prompts-bar '((t :inherit font-lock-function-name-face))
  "Face of the bars of the numbers."
  :group 'memento-prompts)

(defface memento-prompts-heading '((t :inherit bold))
  "Face of the headings of the numbers."
  :group 'memento-prompts)

;;;; Bars

(defun memento--stats-bar (value most width)
  "Return a bar for VALUE of MOST, at most WIDTH columns."
  (let ((eighths (if (= most 0) 0 (round (* 8.0 width (/ (float value) most)))))
        (blocks (memento--glyph "▏▎▍▌▋▊▉█" "")))
    (propertize
     (if (string-empty-p blocks)
         (make-string (if (> value 0) (max 1 (/ eighths 8)) 0) ?#)
       ;; What is there is seen, however little it is.
       (let ((eighths (if (> value 0) (max 1 eighths) 0)))
         (concat (make-string (/ eighths 8) (aref blocks 7))
                 (if (> (% eighths 8) 0) (string (aref blocks (1- (% eighths 8)))) ""))))
     'face 'memento-prompts-bar)))

(defun memento--stats-heading (text &optional more)
  "Insert the heading TEXT, with MORE after it."
  (insert "\n" (propertize text 'face 'memento-prompts-heading)
          (if more (propertize (concat "  " more) 'face 'shadow) "") "\n"))

(defun memento--stats-average (average)
  "Return AVERAGE as text with a star, \"\" if it is nil."
  (if average (format "%s %.1f" (memento--glyph "★" "*") average) ""))

(defun memento--stats-rows (rows label-width bar-width)
  "Insert ROWS, (LABEL VALUE MORE QUERY), with bars.
LABEL-WIDTH and BAR-WIDTH are the columns for them; RET lists QUERY."
  (let ((most (apply #'max 0 (mapcar #'cadr rows))))
    (pcase-dolist (`(,label ,value ,more ,query) rows)
      (let ((begin (point)))
        (insert "  " (memento--cut label label-width t) " "
                (format "%7s" (memento--number value)) " "
                (let ((bar (memento--stats-bar value most bar-width)))
                  (if (and more (not (string-empty-p more)))
                      (concat bar (make-string (- bar-width (string-width bar)) ?\s) "  " more)
                    bar))
                "\n")
        (when query
          (add-text-properties begin (1- (point))
                               (list 'memento-query query 'mouse-face 'highlight 'help-echo "RET: list these")))))))

;;;; Sections

(defun memento--stats-totals (stats)
  "Insert the totals of STATS."
  (let ((prompts (plist-get stats :prompts)) (rated (plist-get stats :rated)))
    (insert (propertize (memento--count prompts "prompt") 'face 'memento-prompts-heading)
            (format " in %s on %s, %s to %s\n"
                    (memento--count (plist-get stats :sessions) "session")
                    (memento--count (plist-get stats :days) "day")
                    (memento--time (plist-get stats :first) "%Y-%m-%d")
                    (memento--time (plist-get stats :last) "%Y-%m-%d"))
            (format "%s rated (%d%%)%s\n" (memento--number rated) (round (* 100.0 rated) (max 1 prompts))
                    (if (plist-get stats :average)
                        (format ", %s on average" (memento--stats-average (plist-get stats :average)))
                      ""))
            (format "%.1f sessions on a day with one\n" (plist-get stats :sessions-per-day))
            (format "%s in a row now; %s at most%s\n"
                    (memento--count (plist-get stats :streak) "day")
                    (memento--number (plist-get stats :longest-streak))
                    (if (plist-get stats :longest-from) (format ", from %s" (plist-get stats :longest-from)) "")))
    (when (> (plist-get stats :secrets) 0)
      (insert (propertize (format "%s with what looks like a key or token" (memento--number (plist-get stats :secrets)))
                          'memento-query '(:secrets t)
                          'mouse-face 'highlight 'help-echo "RET: list these")
              "\n"))
    (when (> (plist-get stats :commands) 0)
      (insert (propertize (format "%s not counted" (memento--count (plist-get stats :commands) "slash command"))
                          'face 'shadow)
              "\n"))))

(defun memento--stats-ratings (stats bar)
  "Insert the distribution of ratings of STATS with bars of BAR columns."
  (memento--stats-heading "Ratings")
  (if (= (plist-get stats :rated) 0)
      (insert "  None yet: 1 to 5 rate a prompt in the list.\n")
    (memento--stats-rows
     (nreverse (seq-map-indexed (lambda (count index)
                                  (let ((rating (1+ index)))
                                    (list (memento--prompts-stars rating) count nil
                                          (list :min-rating rating :max-rating rating))))
                                (plist-get stats :ratings)))
     5 bar)))

(defun memento--stats-by-length (stats bar)
  "Insert the lengths of STATS with bars of BAR columns."
  (let ((correlation (plist-get stats :rating-by-length)))
    (memento--stats-heading "Length in characters" (and (plist-get stats :average) "with the average rating"))
    (memento--stats-rows
     (mapcar (lambda (band)
               (list (if (plist-get band :to)
                         (format "%d-%d" (plist-get band :from) (plist-get band :to))
                       (format "%d or more" (plist-get band :from)))
                     (plist-get band :prompts) (memento--stats-average (plist-get band :average)) nil))
             (plist-get stats :lengths))
     14 (- bar 9))
    (when correlation
      (insert (format "  %s (rank correlation %.2f)\n"
                      (cond ((> correlation 0.5) "You rate long prompts much better than short ones")
                            ((> correlation 0.2) "You rate long prompts somewhat better than short ones")
                            ((< correlation -0.5) "You rate short prompts much better than long ones")
                            ((< correlation -0.2) "You rate short prompts somewhat better than long ones")
                            (t "Length and rating have little to do with each other"))
                      correlation)))))

(defun memento--stats-hours (stats)
  "Insert the hours of STATS as columns."
  (let* ((hours (plist-get stats :hours))
         (most (apply #'max 1 hours))
         (blocks (memento--glyph " ▁▂▃▄▅▆▇█" " .:-=+*%#"))
         (height 4))
    (memento--stats-heading "Hour of the day" (format "%s at most" (memento--number most)))
    (dotimes (row height)
      (insert "  ")
      (seq-do-indexed
       (lambda (count hour)
         (let* ((eighths (ceiling (* 8.0 height count) most))
                (level (max 0 (min 8 (- eighths (* 8 (- height row 1)))))))
           (memento--stats-hour (concat (make-string 2 (aref blocks level)) " ") hour count 'memento-prompts-bar)))
       hours)
      (insert "\n"))
    (insert "  ")
    (seq-do-indexed (lambda (count hour) (memento--stats-hour (format "%02d " hour) hour count 'shadow)) hours)
    (insert "\n")))

(defun memento--stats-hour (text hour count face)
  "Insert TEXT in FACE, which stands for COUNT prompts of HOUR."
  (insert (propertize text 'face face
                      'memento-query (and (> count 0) (list :hour hour))
                      'help-echo (format "%02d:00 to %02d:59: %s" hour hour (memento--count count "prompt")))))

(defun memento--stats-words (title words width)
  "Insert WORDS under TITLE, in columns that fit into WIDTH."
  (when words
    (memento--stats-heading title)
    (let* ((cells (mapcar (lambda (word)
                            (cons (plist-get word :word) (memento--number (plist-get word :prompts))))
                          words))
           (cell (+ 3 (apply #'max (mapcar (lambda (cell) (+ (string-width (car cell)) (length (cdr cell)))) cells))))
           (columns (max 1 (/ (- width 2) (+ cell 1))))
           (at 0))
      (pcase-dolist (`(,word . ,count) cells)
        (insert (if (= at 0) "  " ""))
        (let ((begin (point)))
          (insert word " " (propertize count 'face 'shadow))
          (add-text-properties begin (point) (list 'memento-query (list :text (format "\"%s\"" word))
                                                   'mouse-face 'highlight 'help-echo "RET: list these"))
          (insert (make-string (max 1 (- cell (string-width word) 1 (length count))) ?\s)))
        (setq at (mod (1+ at) columns))
        (when (= at 0)
          (insert "\n")))
      (unless (= at 0)
        (insert "\n")))))

(defun memento--stats-insert (stats width)
  "Insert STATS in WIDTH columns."
  (let ((bar (max 20 (min 60 (- width 34)))))
    (memento--stats-totals stats)
    (memento--stats-ratings stats bar)
    (memento--stats-heading "Projects" (and (plist-get stats :average) "with the average rating"))
    (memento--stats-rows
     (mapcar (lambda (project)
               (list (if (string-empty-p (plist-get project :project)) "-"
                       (memento--one-line (memento--prompts-project-name (plist-get project :project))))
                     (plist-get project :prompts) (memento--stats-average (plist-get project :average))
                     (and (not (string-empty-p (plist-get project :project)))
                          (list :project (plist-get project :project)))))
             (seq-take (plist-get stats :projects) 15))
     18 (- bar 9))
    (let ((rest (nthcdr 15 (plist-get stats :projects))))
      (when rest
        (insert (format "  and %s\n" (memento--count (length rest) "more project")))))
    (memento--stats-hours stats)
    (memento--stats-heading "Weekday")
    (memento--stats-rows (seq-map-indexed
                          (lambda (count day) (list (nth day memento--prompts-weekdays) count nil (list :weekday day)))
                          (plist-get stats :weekdays))
                         9 bar)
    (memento--stats-by-length stats bar)
    (memento--stats-words "Words" (plist-get stats :words) width)
    (memento--stats-words "Technical terms" (plist-get stats :terms) width)))

;;;; Counting

(defun memento--stats-get (query)
  "Return the numbers of QUERY, which are counted in a thread.
Where that takes a while the echo area says so, and \\`C-g' stops waiting."
  (let* ((outcome nil)
         (begun (float-time))
         (process (memento--listen "memento-prompt-stats" (lambda (_ event) (setq outcome event)))))
    (unwind-protect
        (progn
          (memento--call #'memento-core-prompt-stats query process)
          (while (and (null outcome) (process-live-p process))
            (accept-process-output process 0.1)
            (when (> (- (float-time) begun) 0.5)
              (let ((message-log-max nil))
                (message "Counting prompts... (C-g stops)")))))
      (delete-process process))
    (when (> (- (float-time) begun) 0.5)
      (message nil))
    (pcase (plist-get outcome :event)
      ('done (plist-get outcome :stats))
      ('error (user-error "The prompts could not be counted: %s" (plist-get outcome :message)))
      (_ (error "Counting the prompts ended without a report")))))

;;;; The mode

(defun memento--stats-draw (&rest _)
  "Count again and show it, for `revert-buffer-function'."
  (let* ((stats (memento--with-user-errors (memento--stats-get memento--prompts-query)))
         (line (line-number-at-pos))
         (names (memento--prompts-query-names memento--prompts-query))
         (inhibit-read-only t))
    (setq header-line-format
          (string-replace "%" "%%" (concat " "
                                           (if names (string-join names (memento--glyph " · " " | ")) "All prompts")
                                           (propertize "   RET list these  g again  q leave" 'face 'shadow))))
    (erase-buffer)
    (if (= (plist-get stats :prompts) 0)
        (insert "\n  No prompts to count.\n")
      (memento--stats-insert stats (min 100 (window-body-width (or (get-buffer-window nil t) (selected-window))))))
    (set-buffer-modified-p nil)
    (goto-char (point-min))
    (forward-line (1- line))))

(defvar memento-prompts-stats-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map special-mode-map)
    (define-key map (kbd "RET") #'memento-prompts-stats-visit)
    (define-key map (kbd "<mouse-2>") #'memento-prompts-stats-visit)
    (define-key map (kbd "TAB") #'memento-prompts-stats-next)
    (define-key map (kbd "<backtab>") #'memento-prompts-stats-previous)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    map)
  "Keys of the prompts in numbers.")

(define-derived-mode memento-prompts-stats-mode special-mode "Prompt Numbers"
  "Mode of the prompts in numbers.
\\<memento-prompts-stats-mode-map>\\[memento-prompts-stats-visit] on a rating, a project or a word lists what was counted.

\\{memento-prompts-stats-mode-map}"
  (setq truncate-lines t)
  (setq-local revert-buffer-function #'memento--stats-draw)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-buffer 'memento-prompts-stats-mode memento-prompts-stats-mode-map
                          '("RET" "TAB" "<backtab>" "n" "p" "q"))))

;;;###autoload
(defun memento-prompts-stats ()
  "Show the prompts in numbers; in the list of prompts those that are in it."
  (interactive)
  (memento--with-user-errors (memento--store))
  (let ((query (and (derived-mode-p 'memento-prompts-list-mode) memento--prompts-query)))
    (pop-to-buffer-same-window (get-buffer-create "*memento prompt numbers*"))
    (memento-prompts-stats-mode)
    (setq memento--prompts-query query)
    (let (drawn)
      (unwind-protect
          (progn
            (memento--stats-draw)
            (setq drawn t))
        ;; Who does not wait for the numbers is not left with an empty buffer.
        (unless drawn
          (quit-window t))))
    (goto-char (point-min))))

(defun memento-prompts-stats-visit ()
  "List the prompts that the number at point counts."
  (interactive)
  (let ((query (or (get-text-property (point) 'memento-query)
                   (get-text-property (line-beginning-position) 'memento-query)
                   (user-error "Go to a rating, a project or a word first"))))
    (memento--prompts-list-open (apply #'memento--query-with memento--prompts-query query))))

(defun memento-prompts-stats-next (&optional backwards)
  "Go to the next number that can be listed, or BACKWARDS."
  (interactive)
  (unless (text-property-search-forward 'memento-query nil nil t)
    (user-error "No other one"))
  (unless backwards
    (goto-char (or (previous-single-property-change (point) 'memento-query) (point)))))

(defun memento-prompts-stats-previous ()
  "Go to the previous number that can be listed."
  (interactive)
  (unless (text-property-search-backward 'memento-query nil nil t)
    (user-error "No other one")))

(autoload 'text-property-search-forward "text-property-search")
(autoload 'text-property-search-backward "text-property-search")

(provide 'memento-prompts-stats)
;;; memento-prompts-stats.el ends here
